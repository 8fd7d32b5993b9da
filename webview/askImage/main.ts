import './main.css';
import './askImagePanel';
