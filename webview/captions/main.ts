import './main.css';
import './captionPanel';
